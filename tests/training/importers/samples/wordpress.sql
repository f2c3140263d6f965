/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: bread
-- ------------------------------------------------------
-- Server version	10.11.6-MariaDB

/*!40101 SET NAMES utf8mb4 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;

--
-- Table structure for table `blog_commentmeta`
--

DROP TABLE IF EXISTS `blog_commentmeta`;
CREATE TABLE `blog_commentmeta` (
  `meta_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `comment_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  `meta_key` varchar(255) DEFAULT NULL,
  `meta_value` longtext DEFAULT NULL,
  PRIMARY KEY (`meta_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
LOCK TABLES `blog_commentmeta` WRITE;
INSERT INTO `blog_commentmeta` VALUES
(1,103,'trap','it\'s; INSERT INTO `blog_comments` VALUES (999,7,\'x\');'),
(2,103,'akismet_result','true');
UNLOCK TABLES;

--
-- Table structure for table `blog_comments`
--

DROP TABLE IF EXISTS `blog_comments`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `blog_comments` (
  `comment_ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `comment_post_ID` bigint(20) unsigned NOT NULL DEFAULT 0,
  `comment_author` tinytext NOT NULL,
  `comment_author_email` varchar(100) NOT NULL DEFAULT '',
  `comment_author_url` varchar(200) NOT NULL DEFAULT '',
  `comment_author_IP` varchar(100) NOT NULL DEFAULT '',
  `comment_date` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `comment_date_gmt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `comment_content` text NOT NULL,
  `comment_karma` int(11) NOT NULL DEFAULT 0,
  `comment_approved` varchar(20) NOT NULL DEFAULT '1',
  `comment_agent` varchar(255) NOT NULL DEFAULT '',
  `comment_type` varchar(20) NOT NULL DEFAULT 'comment',
  `comment_parent` bigint(20) unsigned NOT NULL DEFAULT 0,
  `user_id` bigint(20) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`comment_ID`),
  KEY `comment_post_ID` (`comment_post_ID`)
) ENGINE=InnoDB AUTO_INCREMENT=107 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `blog_comments` WRITE;
/*!40000 ALTER TABLE `blog_comments` DISABLE KEYS */;
INSERT INTO `blog_comments` VALUES
(101,7,'Jonas','jonas@reader.example','https://jonas.example/','203.0.113.9','2021-03-04 10:15:00','2021-03-04 09:15:00','I slash mine <strong>before</strong> the second rise & it\'s fine.\r\n\r\nDoes \"steam\" help (too)?',0,'1','Mozilla/5.0','comment',0,0),
(102,7,'Marta','marta@bread.example','','203.0.113.1','2021-03-04 12:00:00','2021-03-04 11:00:00','It does; a cup of water, in a hot tray -- the first ten minutes.',0,'1','','',101,1);
INSERT INTO `blog_comments` VALUES (103,7,'Cheap Oven Deals','win@deals.example','https://ovens.deals.example/buy','198.51.100.44','2021-03-05 02:00:00','2021-03-05 01:00:00','Great article! <a href=\"https://ovens.deals.example/buy\">70% off</a> C:\\ovens',0,'spam','','comment',0,0),(104,7,'Anon','','','198.51.100.45','2021-03-06 08:00:00','2021-03-06 07:00:00','your bread is ''garbage''',0,'trash','','comment',0,0),(105,8,'Ines','ines@reader.example','','203.0.113.77','2021-12-01 08:30:00','2021-12-01 07:30:00','Mine sleeps at 14 °C, is that too cold? 🥖',0,'0','','comment',0,0),(106,8,'A baking diary','','https://diary.example/starter','198.51.100.7','2021-12-02 08:30:00','2021-12-02 07:30:00','[&#8230;] near the stove [&#8230;]',0,'1','','pingback',0,0);
/*!40000 ALTER TABLE `blog_comments` ENABLE KEYS */;
UNLOCK TABLES;

DROP TABLE IF EXISTS `blog_posts`;
CREATE TABLE `blog_posts` (
  `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `post_author` bigint(20) unsigned NOT NULL DEFAULT 0,
  `post_content` longtext NOT NULL,
  `post_title` text NOT NULL,
  `post_excerpt` text NOT NULL,
  `post_type` varchar(20) NOT NULL DEFAULT 'post',
  PRIMARY KEY (`ID`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `blog_posts` VALUES
(7,1,'<p>A rye loaf cracks when the crust sets first.</p>','Why my rye loaf cracks &amp; what helps','','post'),
(8,1,'Long text.','Starter in winter','Keep the jar near, not on, the stove.','post'),
(9,1,'Long text.','Starter in winter','','revision');

DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `count_up` AFTER INSERT ON `blog_comments` FOR EACH ROW
BEGIN
  UPDATE blog_posts SET comment_count = comment_count + 1;
END */;;
DELIMITER ;
-- Dump completed on 2022-01-01  3:00:01
